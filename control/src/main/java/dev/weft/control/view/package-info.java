/** The door for who may look at the mesh and change nothing: gRPC on the loopback address, each call judged by the platform. */
@NullMarked
package dev.weft.control.view;

import org.jspecify.annotations.NullMarked;
