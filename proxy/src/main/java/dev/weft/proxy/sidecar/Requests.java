package dev.weft.proxy.sidecar;

import dev.weft.proxy.observe.RequestRecorder;
import dev.weft.proxy.pace.DenialPaces;
import dev.weft.proxy.settings.DenialReasons;
import java.time.Duration;

/**
 * On what terms requests are judged one by one.
 *
 * @param recorder is told of each
 * @param firstHead how long a caller may take until its first request is complete
 * @param denialReasons which callers are told by which policy they were refused
 * @param denialPaces how often each caller is denied a request
 */
public record Requests(
        RequestRecorder recorder, Duration firstHead, DenialReasons denialReasons, DenialPaces denialPaces) {

    /** Where no request was denied yet. */
    public Requests(RequestRecorder recorder, Duration firstHead, DenialReasons denialReasons) {
        this(recorder, firstHead, denialReasons, new DenialPaces(System::nanoTime));
    }
}
