package dev.weft.cli.observe;

import dev.weft.api.v1.ObservationOperatorGrpc;
import dev.weft.api.v1.TapBegun;
import dev.weft.api.v1.TapEvent;
import dev.weft.api.v1.TapFilter;
import dev.weft.api.v1.TapRequestsRequest;
import dev.weft.api.v1.TappedRequest;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.mesh.Operator;
import dev.weft.cli.screen.Screen;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Reads the requests of one workload as they are reported, until a time or a number of requests is reached. */
public final class TapStream {

    private final TapRequestsRequest request;
    private final Optional<Duration> time;
    private final long limit;
    private volatile long seen;
    private volatile long lost;
    private volatile boolean stopped;

    /**
     * Creates the stream, which reads nothing yet.
     *
     * @param time how long to read; if empty, until the process ends
     * @param limit how many requests to read; 0 for no limit
     */
    public TapStream(String workload, TapFilter filter, Optional<Duration> time, long limit) {
        this.request = TapRequestsRequest.newBuilder()
                .setWorkload(workload)
                .setFilter(filter)
                .build();
        this.time = time;
        this.limit = limit;
    }

    /** Returns how many requests were read. */
    public long seen() {
        return seen;
    }

    /** Returns how many more requests there were, which were not reported. */
    public long lost() {
        return lost;
    }

    /** Stops after the request that is being read. */
    public void stop() {
        stopped = true;
    }

    /**
     * Reads until the stream's end.
     *
     * @throws CommandFailure if the requests of the workload cannot be seen (WEFT-L320), or the control plane does not
     *     answer
     */
    public void read(Operator operator, Screen screen, Consumer<TappedRequest> reader) {
        CancellableContext context = Context.ROOT.withCancellation();
        Context former = context.attach();
        try {
            operator.call(channel -> {
                read(channel, screen, reader);
                return true;
            });
        } finally {
            context.detach(former);
            context.cancel(null);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // only this thread writes
    private void read(ManagedChannel channel, Screen screen, Consumer<TappedRequest> reader) {
        var stub = ObservationOperatorGrpc.newBlockingStub(channel);
        Deadline end = Deadline.after(time.orElse(Duration.ZERO).toMillis(), TimeUnit.MILLISECONDS);
        try {
            Iterator<TapEvent> events = (time.isPresent() ? stub.withDeadline(end) : stub).tapRequests(request);
            while (!stopped && (limit == 0 || seen < limit) && events.hasNext()) {
                TapEvent event = events.next();
                switch (event.getEventCase()) {
                    case BEGUN -> begun(event.getBegun(), screen);
                    case REQUEST -> {
                        seen++;
                        reader.accept(event.getRequest());
                    }
                    case LOST -> lost += event.getLost();
                    case EVENT_NOT_SET -> {}
                }
            }
        } catch (StatusRuntimeException e) {
            if (time.isEmpty() || e.getStatus().getCode() != Status.Code.DEADLINE_EXCEEDED) {
                throw e;
            }
        }
    }

    private void begun(TapBegun begun, Screen screen) {
        if (!begun.getRequestsRead()) {
            throw CommandFailure.failed(
                    "WEFT-L320",
                    "no port of " + request.getWorkload() + " declares HTTP, and no policy applies to its requests:"
                            + " its sidecar passes bytes without reading them, so there are no requests to show",
                    "declare HTTP on the port of the Service, by appProtocol or by its name"
                            + " (docs/http2.md#ports-that-declare-http)");
        }
        if (!begun.getConnected()) {
            screen.note("weft: the sidecar of " + request.getWorkload()
                    + " is not connected to the control plane now (WEFT-L322)");
        }
    }
}
