package dev.weft.control.admin;

import dev.weft.api.v1.MetricsOperatorGrpc;
import dev.weft.api.v1.ReadMetricsRequest;
import dev.weft.api.v1.ReadMetricsResponse;
import dev.weft.daemon.metrics.Metrics;
import io.grpc.stub.StreamObserver;

/**
 * Serves the metrics on the operator's socket, for commands that cannot reach the metrics page on its loopback address.
 */
public final class MetricsService extends MetricsOperatorGrpc.MetricsOperatorImplBase {

    private final Metrics metrics;

    public MetricsService(Metrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void readMetrics(ReadMetricsRequest request, StreamObserver<ReadMetricsResponse> responses) {
        responses.onNext(
                ReadMetricsResponse.newBuilder().setText(metrics.text()).build());
        responses.onCompleted();
    }
}
