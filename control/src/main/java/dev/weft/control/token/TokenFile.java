package dev.weft.control.token;

import dev.weft.control.state.JsonFile;
import dev.weft.control.token.JoinToken.Grant;
import dev.weft.daemon.json.Json;
import dev.weft.files.state.SealedFile;
import dev.weft.files.state.StateFiles;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** How a token's file says what {@link JoinToken} says: {@code identity}, {@code expires}, {@code created}, {@code workload}. */
final class TokenFile {

    private static final int MAX_FILE = 8192;

    private TokenFile() {}

    static void write(Path file, JoinToken token) throws IOException {
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("identity", token.identity());
        content.put("expires", token.expires());
        token.grant().ifPresent(grant -> {
            content.put("created", grant.created());
            grant.workload().ifPresent(workload -> content.put("workload", workload));
        });
        StateFiles.write(file, SealedFile.seal(Json.write(content) + "\n"), StateFiles.PRIVATE);
    }

    /** @throws dev.weft.mesh.state.StateException if others could read the file, or it is damaged */
    static JoinToken read(Path file, String id) throws IOException {
        String text = SealedFile.unseal(file, StateFiles.readPrivate(file, MAX_FILE));
        if (!text.startsWith("{")) {
            // A first line that is damaged beyond recognition: a comment for whoever reads YAML.
            throw new StateException(
                    "WEFT-C093: " + file + " is damaged (it does not begin as a token does): make another token");
        }
        JsonFile content = JsonFile.of(file, text);
        return new JoinToken(
                id,
                content.required("identity", SpiffeId::parse),
                content.required("expires", Instant::parse),
                content.optional("created", Instant::parse)
                        .map(created -> new Grant(created, content.optional("workload", name -> name))));
    }
}
