package dev.weft.proxy.sidecar;

import dev.weft.proxy.observe.RequestRecorder;
import dev.weft.proxy.pace.DenialPaces;
import dev.weft.proxy.settings.DenialReasons;
import java.time.Duration;

/**
 * The shared parts of judging requests one by one.
 *
 * @param recorder records each request
 * @param firstHead how long a caller may take until the head of its first request is complete
 * @param denialReasons which callers get to know the policy that refused them
 * @param denialPaces how often requests of each caller are denied
 */
public record Requests(
        RequestRecorder recorder, Duration firstHead, DenialReasons denialReasons, DenialPaces denialPaces) {

    /** No request has been denied yet. */
    public Requests(RequestRecorder recorder, Duration firstHead, DenialReasons denialReasons) {
        this(recorder, firstHead, denialReasons, new DenialPaces(System::nanoTime));
    }
}
