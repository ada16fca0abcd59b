/**
 * Routes of requests: the HTTPRoute and GRPCRoute of the Gateway API whose parent is a Service (GEP-1426), and which of
 * them are in force at a Service's port, in order of precedence.
 */
@NullMarked
package dev.weft.mesh.route;

import org.jspecify.annotations.NullMarked;
