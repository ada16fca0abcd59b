package dev.weft.policy.decide;

import dev.weft.policy.request.HttpRequest;

/** The rules that decide on each request of one peer to one port. Immutable. */
public interface RequestRules {

    /** Decides on a request; the outcome is {@link Outcome#ALLOW} or {@link Outcome#DENY}. */
    Decision decide(HttpRequest request);

    /** Whether traffic that is not HTTP is refused; false where requests are only recorded. */
    boolean mustBeHttp();
}
