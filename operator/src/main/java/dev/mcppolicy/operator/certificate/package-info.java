// SPDX-License-Identifier: Apache-2.0
/** The operator's own certificate authority, kept in a Secret, and the certificates it issues. */
@NullMarked
package dev.mcppolicy.operator.certificate;

import org.jspecify.annotations.NullMarked;
