/**
 * The objects that describe a mesh: workloads, Services, namespaces, policies, trust domains, revocations. They are
 * plain values; {@link dev.weft.mesh.registry} is the place where they come from.
 */
@NullMarked
package dev.weft.mesh.model;

import org.jspecify.annotations.NullMarked;
