package dev.weft.control.observe;

import dev.weft.api.v1.ListEdgesRequest;
import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.api.v1.TapEvent;
import dev.weft.api.v1.TapRequestsRequest;
import java.util.List;
import java.util.function.Consumer;

/** What the proxies of the other replicas of this control plane are seen to do. */
public interface OtherObservers {

    /** There are none. */
    OtherObservers NONE = new OtherObservers() {
        @Override
        public Heard edges(ListEdgesRequest request) {
            return new Heard(List.of(), List.of());
        }

        @Override
        public Runnable tap(TapRequestsRequest request, Consumer<TapEvent> listener) {
            return () -> {};
        }
    };

    /**
     * What was answered.
     *
     * @param answers of all replicas that did
     * @param missing the names of those that did not
     */
    record Heard(List<ListEdgesResponse> answers, List<String> missing) {}

    /** Asks each of them, and waits some seconds. */
    Heard edges(ListEdgesRequest request);

    /**
     * Looks on at requests at each of them.
     *
     * @param listener called by any thread
     * @return ends it
     */
    Runnable tap(TapRequestsRequest request, Consumer<TapEvent> listener);
}
