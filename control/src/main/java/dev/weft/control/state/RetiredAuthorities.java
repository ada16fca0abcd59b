package dev.weft.control.state;

import dev.weft.control.state.RetiredAuthority.Kind;
import dev.weft.control.state.RetiredAuthority.Standing;
import dev.weft.daemon.json.Json;
import dev.weft.files.state.SealedFile;
import dev.weft.files.state.StateFiles;
import dev.weft.identity.keys.Pem;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The file {@code retired.json}: authorities on their way out. */
final class RetiredAuthorities {

    private static final int MAX_FILE = 1024 * 1024;

    private final SealedFile file;

    RetiredAuthorities(Path stateDirectory) {
        this.file = SealedFile.lasting(stateDirectory, "retired.json", MAX_FILE, StateFiles.PUBLIC);
    }

    /**
     * Those kept; none when there is no file.
     *
     * @throws StateException if the file is damaged
     */
    List<RetiredAuthority> read() throws IOException {
        try {
            return file.read(RetiredAuthorities::parse);
        } catch (NoSuchFileException _) {
            return List.of();
        }
    }

    private static List<RetiredAuthority> parse(String text) {
        if (Json.read(text) instanceof Map<?, ?> map && map.get("authorities") instanceof List<?> items) {
            List<RetiredAuthority> retired = new ArrayList<>();
            for (Object item : items) {
                retired.add(authority(item));
            }
            return List.copyOf(retired);
        }
        throw new IllegalArgumentException("no list \"authorities\"");
    }

    void write(List<RetiredAuthority> retired) throws IOException {
        List<Map<String, Object>> items = new ArrayList<>();
        for (RetiredAuthority authority : retired) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("kind", authority.kind().name().toLowerCase(Locale.ROOT));
            fields.put("standing", authority.standing().name().toLowerCase(Locale.ROOT));
            fields.put("until", authority.until());
            fields.put("chain", Pem.encodeCertificates(authority.chain()));
            items.add(fields);
        }
        file.write(Json.write(Map.of("authorities", items)) + "\n");
    }

    private static RetiredAuthority authority(Object item) {
        if (item instanceof Map<?, ?> map
                && map.get("kind") instanceof String kind
                && map.get("standing") instanceof String standing
                && map.get("until") instanceof String until
                && map.get("chain") instanceof String chain) {
            return new RetiredAuthority(
                    Kind.valueOf(kind.toUpperCase(Locale.ROOT)),
                    Standing.valueOf(standing.toUpperCase(Locale.ROOT)),
                    Pem.decodeCertificates(chain),
                    Instant.parse(until));
        }
        throw new IllegalArgumentException("an entry lacks kind, standing, until or chain");
    }
}
