/**
 * The registry over the Kubernetes API: informers, the conversion of pods, Services and namespaces, Weft's own kinds,
 * and the objects that operators make. What an object means is decided without a Kubernetes client.
 */
@NullMarked
package dev.weft.kubernetes.registry;

import org.jspecify.annotations.NullMarked;
