/** The main job, as a user sees it: the built command, real programs, real sidecars, network namespaces. */
@NullMarked
package dev.weft.e2e;

import org.jspecify.annotations.NullMarked;
