/**
 * The SPIFFE Workload API on a Unix socket. An application that speaks TLS itself, or sends tokens, gets its own SVIDs
 * and the trust bundles here, and is notified of each change. It does nothing until the first call.
 */
@NullMarked
package dev.weft.proxy.workloadapi;

import org.jspecify.annotations.NullMarked;
