/**
 * Weft on a real Kubernetes cluster: what {@code weft install} makes of it, for pods as users write them. Only
 * {@code make test-cluster} runs these tests, one class at a time, as they install into the cluster that KUBECONFIG names.
 */
@NullMarked
package dev.weft.e2e.cluster;

import org.jspecify.annotations.NullMarked;
