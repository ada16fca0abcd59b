package dev.weft.policy.decide;

import dev.weft.policy.request.HttpRequest;

/** The policies of one port as one peer meets them. Immutable. */
public interface RequestRules {

    /** Decides on a request: {@link Outcome#ALLOW} or {@link Outcome#DENY}. */
    Decision decide(HttpRequest request);

    /** Whether what is not HTTP is refused; false where requests are only recorded. */
    boolean mustBeHttp();
}
