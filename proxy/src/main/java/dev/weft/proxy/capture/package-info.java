/**
 * Captures a workload's TCP for its sidecar: the nftables rules of a network namespace, as a pure function from
 * settings to text. The program that sets up the namespace (a local mesh, a test) loads the text with {@code nft -f};
 * in a pod, CaptureMain does.
 */
@NullMarked
package dev.weft.proxy.capture;

import org.jspecify.annotations.NullMarked;
