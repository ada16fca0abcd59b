package dev.weft.proxy.route;

import dev.weft.policy.request.RequestFields;
import java.util.List;
import java.util.Map;

/**
 * One match of a table. All that it says must hold. The server as a whole (RFC 9112 section 3.2.4) is nowhere else: no redirect is
 * for it.
 *
 * @param order its place in the table
 * @param method empty for any
 * @param headers names in lower case, and whole values
 * @param query parameters and their values
 */
record Entry(
        int order,
        Matched to,
        String method,
        List<Map.Entry<String, String>> headers,
        List<Map.Entry<String, String>> query) {
    private static final String WHOLE_SERVER = "*";

    /** Whether all holds but the path, which the index has looked at. */
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
