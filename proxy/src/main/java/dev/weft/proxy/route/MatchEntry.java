package dev.weft.proxy.route;

import dev.weft.policy.request.RequestFields;
import java.util.List;
import java.util.Map;

/**
 * One match of a routing table. All its conditions must hold. A request for the server as a whole (target {@code *},
 * RFC 9112 section 3.2.4) never matches a rule with a redirect.
 *
 * @param order position of the match in the table
 * @param method method of the request; empty for any
 * @param headers required headers: names in lower case, and whole values
 * @param query required query parameters and their values
 */
record MatchEntry(
        int order,
        Matched to,
        String method,
        List<Map.Entry<String, String>> headers,
        List<Map.Entry<String, String>> query) {
    private static final String WHOLE_SERVER = "*";

    /** Whether all conditions hold except the path, which the index has already compared. */
    boolean holds(RequestFields asked) {
        if (to.rule().redirect() != null && asked.request().path().equals(WHOLE_SERVER)) {
            return false;
        }
        if (!method.isEmpty() && !method.equals(asked.request().method())) {
            return false;
        }
        for (Map.Entry<String, String> header : headers) {
            if (!header.getValue().equals(asked.header(header.getKey()))) {
                return false;
            }
        }
        for (Map.Entry<String, String> parameter : query) {
            if (!parameter.getValue().equals(asked.parameter(parameter.getKey()))) {
                return false;
            }
        }
        return true;
    }
}
