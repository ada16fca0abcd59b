/**
 * The SPIFFE Workload API on a Unix socket: an application that speaks TLS itself, or sends tokens, gets here its own
 * SVIDs and whom to trust, and is told of each change. Nothing of it is at work until the first call.
 */
@NullMarked
package dev.weft.proxy.workloadapi;

import org.jspecify.annotations.NullMarked;
