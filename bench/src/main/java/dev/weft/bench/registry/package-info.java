/** Measures the cost of one registry change for a control plane, in meshes of different sizes. */
@NullMarked
package dev.weft.bench.registry;

import org.jspecify.annotations.NullMarked;
