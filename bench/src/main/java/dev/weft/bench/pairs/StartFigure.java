package dev.weft.bench.pairs;

/**
 * One start of a sidecar.
 *
 * @param pair whose
 * @param millisToReady from the start of its process until it says that it is ready
 * @param cpuMillisToReady CPU time it took for that
 */
public record StartFigure(String pair, double millisToReady, double cpuMillisToReady) {}
