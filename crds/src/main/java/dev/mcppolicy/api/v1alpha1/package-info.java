// SPDX-License-Identifier: Apache-2.0
/**
 * The custom resources of group {@code mcppolicy.dev}, version {@code v1alpha1}, as Java types. The
 * CRD YAML is generated from them. Every record of a spec keeps the keys that it does not know in
 * {@code unknown}, so that {@link dev.mcppolicy.api.v1alpha1.UnknownKeys} can refuse them.
 */
@NullMarked
package dev.mcppolicy.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
