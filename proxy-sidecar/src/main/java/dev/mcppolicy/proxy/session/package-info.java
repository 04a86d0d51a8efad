// SPDX-License-Identifier: Apache-2.0
/** Sessions of the legacy era as sealed tokens, which every replica of a server can open. */
@NullMarked
package dev.mcppolicy.proxy.session;

import org.jspecify.annotations.NullMarked;
