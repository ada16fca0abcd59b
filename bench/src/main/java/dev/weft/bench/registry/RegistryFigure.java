package dev.weft.bench.registry;

/**
 * The cost of changes for the control plane of a mesh.
 *
 * @param streams number of connected sidecars
 * @param beginCpuMillis CPU milliseconds for the whole mesh at the start
 * @param quietCpuMillis CPU milliseconds for a pod of a Service that no sidecar calls, added or removed; nothing is
 *     sent
 * @param toldCpuMillis CPU milliseconds for a pod of a Service that sidecars call
 * @param toldStreams average number of sidecars that receive such a change
 * @param perSecond changes a second, during a series of changes
 * @param p50Millis median of the milliseconds from such a change to a sidecar that calls the Service
 * @param p99Millis 99th percentile of the same
 * @param cores number of cores that the series keeps busy
 * @param unconcerned number of responses to sidecars that do not call the Service
 * @param largeCpuMillis CPU milliseconds for an endpoint of the large Service, added or removed
 * @param largeOctets octets that each of its callers receives
 * @param heapMib live heap in MiB, including the sidecars' ends of the streams
 * @param peakMib peak memory of the process in MiB
 */
public record RegistryFigure(
        int workloads,
        int services,
        int policies,
        int streams,
        double beginCpuMillis,
        double quietCpuMillis,
        double toldCpuMillis,
        double toldStreams,
        double perSecond,
        double p50Millis,
        double p99Millis,
        double cores,
        int unconcerned,
        double largeCpuMillis,
        double largeOctets,
        double heapMib,
        double peakMib) {}
