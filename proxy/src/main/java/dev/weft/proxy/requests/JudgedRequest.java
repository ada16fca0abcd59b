package dev.weft.proxy.requests;

import dev.weft.policy.decide.Decision;
import dev.weft.policy.request.HttpRequest;

/**
 * A request and policy's decision about it.
 *
 * @param strict whether the request is in the single form in which policies see requests
 */
record JudgedRequest(HttpRequest head, boolean strict, Decision decision) {
    JudgedRequest with(Decision later) {
        return new JudgedRequest(head, strict, later);
    }
}
