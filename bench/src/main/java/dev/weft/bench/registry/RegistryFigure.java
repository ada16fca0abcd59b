package dev.weft.bench.registry;

/**
 * What changes of a mesh cost its control plane.
 *
 * @param workloads of the mesh
 * @param services of the mesh
 * @param policies of the mesh
 * @param streams sidecars connected
 * @param beginCpuMillis CPU for the mesh as it is found at the start
 * @param quietCpuMillis CPU for a pod that comes or goes, of a Service that no sidecar calls: nothing is sent
 * @param toldCpuMillis CPU for one of a Service that sidecars call
 * @param toldStreams how many sidecars are told of that one, on average
 * @param perSecond changes a second, one after the other for a while
 * @param p50Millis from such a change to a sidecar that calls the Service
 * @param p99Millis the same
 * @param cores that this keeps busy
 * @param unconcerned responses to sidecars that do not call the Service
 * @param largeCpuMillis CPU for an endpoint of the large Service that comes or goes
 * @param largeOctets what each sidecar that calls it is sent
 * @param heapMib what is live on the heap, the sidecars' ends included
 * @param peakMib most memory of the process
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
