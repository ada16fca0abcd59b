/**
 * The port for viewers, who may look at the mesh but change nothing: gRPC on the loopback address; the platform judges
 * each call.
 */
@NullMarked
package dev.weft.control.view;

import org.jspecify.annotations.NullMarked;
