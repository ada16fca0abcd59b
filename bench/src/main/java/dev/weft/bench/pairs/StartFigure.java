package dev.weft.bench.pairs;

/**
 * One start of a sidecar.
 *
 * @param millisToReady milliseconds from the start of its process until it reports that it is ready
 * @param cpuMillisToReady CPU time for that, in milliseconds
 */
public record StartFigure(String pair, double millisToReady, double cpuMillisToReady) {}
