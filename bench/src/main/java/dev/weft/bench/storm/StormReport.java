package dev.weft.bench.storm;

import dev.weft.bench.proc.Machine;
import java.time.Instant;
import java.util.Map;

/**
 * What became of a storm.
 *
 * @param time when it began
 * @param machine on what; the sidecars share it with the control plane
 * @param sidecars how many started
 * @param addresses from how many addresses
 * @param secondsToCertificates until the last had its certificate
 * @param p50Seconds from a sidecar's start to its certificate
 * @param p99Seconds the same
 * @param lastSeconds the same, of the one that waited longest
 * @param secondsToStreams until each had its stream and had been told its configuration and trust bundle
 * @param failures attempts that failed, and were made again
 * @param failuresByReason the same, by the beginning of the reason
 * @param controlCpuSeconds CPU of the control plane for all of it
 * @param residentBeforeMib memory of the control plane before
 * @param residentPeakMib the most it had
 * @param residentAfterMib with all streams open
 */
public record StormReport(
        Instant time,
        Machine machine,
        int sidecars,
        int addresses,
        double secondsToCertificates,
        double p50Seconds,
        double p99Seconds,
        double lastSeconds,
        double secondsToStreams,
        long failures,
        Map<String, Long> failuresByReason,
        double controlCpuSeconds,
        double residentBeforeMib,
        double residentPeakMib,
        double residentAfterMib) {}
