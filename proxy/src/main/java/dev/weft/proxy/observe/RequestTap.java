package dev.weft.proxy.observe;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.TapFilter;
import dev.weft.api.v1.TappedRequest;
import dev.weft.api.v1.TappedRequests;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.RequestRecord;
import dev.weft.proxy.session.Session;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Holds requests that operators watch, after they end, until they are sent to the control plane. It holds at most
 * {@link #MAX_WAITING}; further ones are only counted. Costs next to nothing while no operator watches. Safe for use by
 * any thread.
 */
public final class RequestTap {
    /** Most requests that wait to be sent. */
    public static final int MAX_WAITING = 50;

    /** Most filters at a time. */
    public static final int MAX_FILTERS = 4;

    /** Most characters of a path or a host. */
    private static final int MAX_TEXT = 1000;

    private static final long NANOS_PER_MICRO = 1000;

    private final BlockingQueue<TappedRequest> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final LongAdder lost = new LongAdder();
    private volatile List<TapFilter> filters = List.of();
    private volatile Runnable begun = () -> {};

    /** Sets what to call when an operator starts to watch. */
    public void onBegin(Runnable listener) {
        begun = listener;
    }

    /** Sets the filters of the requests to hold from now on; an empty list ends watching. */
    public void filters(List<TapFilter> fresh) {
        boolean first = filters.isEmpty() && !fresh.isEmpty();
        filters = List.copyOf(fresh);
        if (fresh.isEmpty()) {
            waiting.clear();
            lost.reset();
        } else if (first) {
            begun.run();
        }
    }

    /** Whether an operator watches. */
    public boolean isOpen() {
        return !filters.isEmpty();
    }

    /** Takes the requests to send now; empty if there are none. */
    public Optional<TappedRequests> take() {
        List<TappedRequest> requests = new ArrayList<>();
        waiting.drainTo(requests);
        long missing = lost.sumThenReset();
        return requests.isEmpty() && missing == 0
                ? Optional.empty()
                : Optional.of(TappedRequests.newBuilder()
                        .addAllRequests(requests)
                        .setLost(missing)
                        .build());
    }

    /** Called when a request of this session that was judged has ended. */
    void ended(Session session, String protocol, RequestRecord request, Instant now) {
        List<Integer> matched = matching(request.method(), request.path(), request.status(), session.peerIdentity());
        if (matched.isEmpty()) {
            return;
        }
        if (waiting.remainingCapacity() == 0) {
            lost.increment();
            return;
        }
        TappedRequest.Builder tapped = begun(session, protocol, matched, now)
                .setMethod(cut(request.method()))
                .setPath(cut(request.path()))
                .setHost(cut(request.host()))
                .setStatus(request.status())
                .setLatencyMicros(request.duration().toNanos() / NANOS_PER_MICRO)
                .setBytesIn(request.requestBytes())
                .setBytesOut(request.responseBytes())
                .setAllowed(request.decision().allowed())
                .setPolicy(request.decision().policy());
        if (request.grpcStatus() != RequestRecord.NO_GRPC_STATUS) {
            tapped.setGrpcStatus(request.grpcStatus());
        }
        if (!request.decision().allowed()) {
            tapped.setCode(request.decision().code().text());
        }
        offer(tapped.build());
    }

    /** Called when a request of this session was refused before policy was asked. */
    void refused(Session session, String protocol, GateRefusal why, Instant now) {
        List<Integer> matched = matching("", "", why.status(), session.peerIdentity());
        if (!matched.isEmpty()) {
            offer(begun(session, protocol, matched, now)
                    .setStatus(why.status())
                    .setCode(why.code())
                    .build());
        }
    }

    private void offer(TappedRequest request) {
        if (!waiting.offer(request)) {
            lost.increment();
        }
    }

    private static TappedRequest.Builder begun(Session session, String protocol, List<Integer> matched, Instant now) {
        SpiffeId peer = session.peerIdentity();
        return TappedRequest.newBuilder()
                .addAllFilters(matched)
                .setEnded(now.toEpochMilli())
                .setFrom(peer == null ? "" : peer.toString())
                .setAddress(ByteString.copyFrom(session.source().getAddress().getAddress()))
                .setPort(session.destination().getPort())
                .setProtocol(protocol);
    }

    private List<Integer> matching(String method, String path, int status, @Nullable SpiffeId peer) {
        if (filters.isEmpty()) {
            return List.of();
        }
        List<Integer> matched = new ArrayList<>();
        for (TapFilter filter : filters) {
            if ((filter.getMethod().isEmpty() || filter.getMethod().equals(method))
                    && path.startsWith(filter.getPathPrefix())
                    && (filter.getStatusFrom() == 0 || status >= filter.getStatusFrom())
                    && (filter.getStatusTo() == 0 || status <= filter.getStatusTo())
                    && (filter.getFrom().isEmpty()
                            || (peer != null && filter.getFrom().equals(peer.toString())))) {
                matched.add(filter.getId());
            }
        }
        return matched;
    }

    private static String cut(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
    }
}
