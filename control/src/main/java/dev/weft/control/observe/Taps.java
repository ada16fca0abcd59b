package dev.weft.control.observe;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.api.v1.Tap;
import dev.weft.api.v1.TapFilter;
import dev.weft.api.v1.TappedRequest;
import dev.weft.api.v1.TappedRequests;
import dev.weft.identity.spiffe.SpiffeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The open taps: operators that watch requests, each with a filter. A proxy receives the filters while there are any,
 * and marks each reported request with those that it matches. Safe for use by several threads.
 */
public final class Taps {

    /** Most taps of one workload. */
    public static final int MAX_PER_WORKLOAD = 4;

    /** Most taps in all. */
    public static final int MAX_TAPS = 64;

    /** Most requests in one report of a proxy. */
    static final int MAX_AT_ONCE = 50;

    /** Longest text of a request other than a SPIFFE ID, in characters. */
    static final int MAX_TEXT = 1024;

    private static final int IPV4 = 4;
    private static final int IPV6 = 16;

    @GuardedBy("this")
    private final Map<String, List<OpenTap>> byWorkload = new HashMap<>();

    private final List<Consumer<String>> changed = new CopyOnWriteArrayList<>();

    @GuardedBy("this")
    private int open;

    @GuardedBy("this")
    private int lastId;

    /** Receives the requests of a tap; called on any thread, must be short. */
    public interface Listener {
        /** A request has ended. */
        void request(TappedRequest request);

        /** This many requests matched but were not reported. */
        void lost(long count);
    }

    private record OpenTap(TapFilter filter, Listener listener) {}

    /**
     * Adds a listener that receives the workload, {@code namespace/name}, whenever the filters for its proxy change.
     */
    public void onChange(Consumer<String> listener) {
        changed.add(listener);
    }

    /**
     * Opens a tap.
     *
     * @param workload {@code namespace/name}
     * @return ends the tap; empty if too many are open already
     */
    public Optional<Runnable> begin(String workload, TapFilter filter, Listener listener) {
        OpenTap tapping;
        synchronized (this) {
            if (byWorkload.getOrDefault(workload, List.of()).size() >= MAX_PER_WORKLOAD || open >= MAX_TAPS) {
                return Optional.empty();
            }
            lastId = lastId == Integer.MAX_VALUE ? 1 : lastId + 1;
            tapping = new OpenTap(filter.toBuilder().setId(lastId).build(), listener);
            byWorkload.computeIfAbsent(workload, _ -> new ArrayList<>()).add(tapping);
            open++;
        }
        changed.forEach(each -> each.accept(workload));
        return Optional.of(() -> end(workload, tapping));
    }

    private void end(String workload, OpenTap tapping) {
        synchronized (this) {
            List<OpenTap> present = byWorkload.getOrDefault(workload, new ArrayList<>());
            if (!present.remove(tapping)) {
                return;
            }
            open--;
            if (present.isEmpty()) {
                byWorkload.remove(workload);
            }
        }
        changed.forEach(each -> each.accept(workload));
    }

    /** Returns the filters for the proxy of this workload; empty while there is no tap. */
    public synchronized Optional<Tap> of(String workload) {
        List<OpenTap> present = byWorkload.getOrDefault(workload, List.of());
        return present.isEmpty()
                ? Optional.empty()
                : Optional.of(Tap.newBuilder()
                        .addAllFilters(present.stream().map(OpenTap::filter).toList())
                        .build());
    }

    /**
     * Takes a report of requests from the proxy of this workload. Requests for taps that have ended are dropped.
     *
     * @throws IllegalArgumentException if a field is out of range; no listener is called then
     */
    public void report(String workload, TappedRequests tapped) {
        check(tapped);
        List<OpenTap> present;
        synchronized (this) {
            present = List.copyOf(byWorkload.getOrDefault(workload, List.of()));
        }
        for (OpenTap tapping : present) {
            tapped.getRequestsList().stream()
                    .filter(request -> request.getFiltersList().contains(tapping.filter.getId()))
                    .forEach(tapping.listener::request);
            if (tapped.getLost() > 0) {
                tapping.listener.lost(tapped.getLost());
            }
        }
    }

    private static void check(TappedRequests tapped) {
        if (tapped.getRequestsCount() > MAX_AT_ONCE || tapped.getLost() < 0) {
            throw new IllegalArgumentException(
                    "tapped: " + tapped.getRequestsCount() + " requests (expected: at most " + MAX_AT_ONCE + ")");
        }
        for (TappedRequest request : tapped.getRequestsList()) {
            // A peer of another trust domain chooses the length of its SPIFFE ID, so every valid length must pass.
            atMost(request.getFrom(), SpiffeId.MAX_LENGTH);
            for (String text : List.of(
                    request.getProtocol(),
                    request.getMethod(),
                    request.getPath(),
                    request.getHost(),
                    request.getPolicy(),
                    request.getCode())) {
                atMost(text, MAX_TEXT);
            }
            int octets = request.getAddress().size();
            if ((octets != 0 && octets != IPV4 && octets != IPV6) || request.getFiltersCount() > MAX_PER_WORKLOAD) {
                throw new IllegalArgumentException("tapped: an address of " + octets + " octets, and "
                        + request.getFiltersCount() + " filters (expected: 4 or 16, and at most " + MAX_PER_WORKLOAD
                        + ")");
            }
        }
    }

    private static void atMost(String text, int most) {
        if (text.length() > most) {
            throw new IllegalArgumentException(
                    "tapped: a text of " + text.length() + " characters (expected: at most " + most + ")");
        }
    }
}
