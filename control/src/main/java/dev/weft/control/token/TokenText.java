package dev.weft.control.token;

import dev.weft.control.state.JsonFile;
import dev.weft.daemon.json.Json;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.mesh.state.StateException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Converts a {@link JoinToken} to and from its entry. A machine's entry has the same fields: {@code identity},
 * {@code expires}, {@code created}, {@code workload}.
 */
final class TokenText {

    private TokenText() {}

    static String print(JoinToken token) {
        Map<String, Object> content = new LinkedHashMap<>();
        put(token, content);
        return Json.write(content) + "\n";
    }

    static void put(JoinToken token, Map<String, Object> content) {
        content.put("identity", token.identity());
        content.put("expires", token.expires());
        token.granted().ifPresent(granted -> content.put("created", granted));
        token.workload().ifPresent(workload -> content.put("workload", workload));
    }

    /**
     * Parses the entry of a token.
     *
     * @param id id of the token
     * @param where where the entry is stored, for messages
     * @throws StateException if it is damaged
     */
    static JoinToken read(String id, String where, String text) {
        if (!text.startsWith("{")) {
            // The first line is damaged so much that a YAML reader takes it for a comment.
            throw new StateException(
                    "WEFT-C093: " + where + " is damaged (it does not begin as a token does): make another token");
        }
        return token(id, JsonFile.of(Path.of(where), text));
    }

    static JoinToken token(String id, JsonFile content) {
        return new JoinToken(
                id,
                content.required("identity", SpiffeId::parse),
                content.required("expires", Instant::parse),
                content.optional("workload", name -> name),
                content.optional("created", Instant::parse));
    }
}
