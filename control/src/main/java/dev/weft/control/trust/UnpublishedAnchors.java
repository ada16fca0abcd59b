package dev.weft.control.trust;

/**
 * A place in which sidecars that start find the trust anchors, and which does not have the present ones.
 *
 * @param place names it for operators; a name with two slashes, so that it is no name of a workload
 * @param problem why it does not have them, with the error code; empty if they are on their way
 */
public record UnpublishedAnchors(String place, String problem) {}
