// SPDX-License-Identifier: Apache-2.0
/** A container engine behind TLS for tests: certificates, and the narrow endpoint before it. */
@NullMarked
package dev.mcppolicy.testkit.engine;

import org.jspecify.annotations.NullMarked;
