package dev.weft.proxy.sidecar;

import dev.weft.policy.decide.Code;
import dev.weft.proxy.observe.RequestRecorder;
import dev.weft.proxy.pace.DenialPaces;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.settings.HttpSettings;

/**
 * The shared parts of judging requests one by one.
 *
 * @param recorder records each request
 * @param http how HTTP is read
 * @param denialPaces how often requests of each caller are denied
 */
public record Requests(RequestRecorder recorder, HttpSettings http, DenialPaces denialPaces) {

    private static final String NO_POLICY_NAMED = "policy does not allow this request";
    private static final String NO_LIMIT_NAMED = "there were too many connections: wait a second";

    /** No request has been denied yet. */
    public Requests(RequestRecorder recorder, HttpSettings http) {
        this(recorder, http, new DenialPaces(System::nanoTime));
    }

    /**
     * Returns a refusal as a caller that has proven an identity gets it: with the name of the policy or the limit only
     * if such callers may know it.
     */
    public Refusal told(Refusal refusal) {
        boolean byLimit = refusal.code().equals(Code.TOO_MANY_CONNECTIONS.text());
        if (!(refusal.isByPolicy() || byLimit) || http.denialReasons().told(true)) {
            return refusal;
        }
        return new Refusal(refusal.code(), refusal.status(), byLimit ? NO_LIMIT_NAMED : NO_POLICY_NAMED);
    }
}
