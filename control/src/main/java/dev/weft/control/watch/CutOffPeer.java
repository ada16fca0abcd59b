package dev.weft.control.watch;

/**
 * A peer whose connections a workload has admitted recently, and that its policies refuse now.
 *
 * @param peer the peer's SPIFFE ID
 * @param port the port that it called
 * @param policy {@code namespace/name} of the policy that refuses it
 */
public record CutOffPeer(String peer, int port, String policy) {}
