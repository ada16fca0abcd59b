package dev.weft.bench.storm;

import dev.weft.bench.proc.Machine;
import java.time.Instant;
import java.util.Map;

/**
 * The result of a storm.
 *
 * @param time time at which it began
 * @param machine the machine, which the sidecars share with the control plane
 * @param addresses number of source addresses
 * @param secondsToCertificates seconds until the last sidecar had its certificate
 * @param p50Seconds median of the seconds from a sidecar's start to its certificate
 * @param p99Seconds 99th percentile of the same
 * @param lastSeconds maximum of the same
 * @param secondsToStreams seconds until each sidecar had its stream, with configuration and trust bundle
 * @param failures number of attempts that failed and were repeated
 * @param failuresByReason number of failed attempts by the beginning of the reason
 * @param controlCpuSeconds CPU seconds of the control plane for the whole storm
 * @param residentBeforeMib memory of the control plane before the storm, in MiB
 * @param residentPeakMib its peak memory, in MiB
 * @param residentAfterMib its memory with all streams open, in MiB
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
