/** Whole meshes of unmeshed workloads, brought up and down for real; sidecars are the end-to-end tests' part. */
@NullMarked
package dev.weft.local;

import org.jspecify.annotations.NullMarked;
