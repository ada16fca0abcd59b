/**
 * Routes of requests: what HTTPRoute and GRPCRoute of the Gateway API say whose parent is a Service (GEP-1426), and which of them are in force at a Service's port, in the order of their precedence.
 */
@NullMarked
package dev.weft.mesh.route;

import org.jspecify.annotations.NullMarked;
