/**
 * The registry over the Kubernetes API: informers, what pods, Services and namespaces mean to a mesh, our own kinds, and the
 * objects that operators make. What an object means is decided without a client.
 */
@NullMarked
package dev.weft.kubernetes.registry;

import org.jspecify.annotations.NullMarked;
