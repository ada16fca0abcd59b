/**
 * The objects that describe a mesh: workloads, Services, namespaces, policies, trust domains, revocations. Values without
 * behaviour beyond what they say of themselves; where they come from is the business of {@link dev.weft.mesh.registry}.
 */
@NullMarked
package dev.weft.mesh.model;

import org.jspecify.annotations.NullMarked;
