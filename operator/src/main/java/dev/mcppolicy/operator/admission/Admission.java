// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

/** Decides on one sort of request, without side effects. Asked by many threads. */
@FunctionalInterface
interface Admission {
  Verdict decide(AdmissionRequest request);
}
