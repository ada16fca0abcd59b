package dev.weft.control.rotate;

import dev.weft.control.state.JsonFile;
import dev.weft.daemon.json.Json;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.Store;
import dev.weft.mesh.state.TypedEntry;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The entry that stores the current or latest rotation: it is written before each step begins. */
final class StoredRotation {

    private static final String ENTRY = "rotation.json";
    private static final Store.EntryOptions OPTIONS = Store.EntryOptions.secret(4 * 1024 * 1024);

    private StoredRotation() {}

    static TypedEntry<Rotation> in(Store store) {
        Entry entry = store.entry(ENTRY, OPTIONS);
        return new TypedEntry<>(
                entry, text -> rotation(JsonFile.of(Path.of(entry.where()), text)), StoredRotation::print);
    }

    private static Rotation rotation(JsonFile json) {
        return new Rotation(
                json.required("id", text -> text),
                json.required("kind", text -> Rotation.Kind.valueOf(text.toUpperCase(Locale.ROOT))),
                json.required("emergency", Boolean::parseBoolean),
                json.required("step", StoredRotation::step),
                json.required("startedAt", Instant::parse),
                json.required("stepSince", Instant::parse),
                json.optional("newAnchor", text -> Pem.decodeCertificates(text).getFirst()),
                json.required("oldAnchors", Pem::decodeCertificates),
                json.required("oldChain", Pem::decodeCertificates),
                json.required("newKeySha256", SpkiFingerprint::new),
                json.optional("newChain", Pem::decodeCertificates).orElse(List.of()),
                json.optional("forcedWithout", text -> Set.of(text.split(" "))).orElse(Set.of()),
                json.optional("turnedAt", StoredRotation::step),
                json.optional("outside", Boolean::parseBoolean).orElse(false),
                json.objects("closedTunnels").stream()
                        .collect(Collectors.toMap(
                                each -> each.required("workload", text -> text),
                                each -> each.required("tunnels", text -> text))));
    }

    private static String print(Rotation rotation) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", rotation.id());
        fields.put("kind", name(rotation.kind()));
        fields.put("emergency", rotation.emergency());
        fields.put("step", name(rotation.step()));
        fields.put("startedAt", rotation.startedAt());
        fields.put("stepSince", rotation.stepSince());
        rotation.newAnchor().ifPresent(anchor -> fields.put("newAnchor", pem(List.of(anchor))));
        fields.put("oldAnchors", pem(rotation.oldAnchors()));
        fields.put("oldChain", pem(rotation.oldChain()));
        fields.put("newKeySha256", rotation.newKey().hex());
        if (!rotation.newChain().isEmpty()) {
            fields.put("newChain", pem(rotation.newChain()));
        }
        if (!rotation.forced().isEmpty()) {
            // Names of objects contain no spaces.
            fields.put("forcedWithout", String.join(" ", rotation.forced()));
        }
        if (rotation.outside()) {
            fields.put("outside", true);
        }
        rotation.turnedAt().ifPresent(step -> fields.put("turnedAt", name(step)));
        if (!rotation.closedTunnels().isEmpty()) {
            fields.put(
                    "closedTunnels",
                    new TreeMap<>(rotation.closedTunnels())
                            .entrySet().stream()
                                    .map(each -> Map.of("workload", each.getKey(), "tunnels", each.getValue()))
                                    .toList());
        }
        return Json.write(fields) + "\n";
    }

    private static String pem(List<X509Certificate> certificates) {
        return Pem.encodeCertificates(certificates);
    }

    private static Step step(String text) {
        return Step.valueOf(text.toUpperCase(Locale.ROOT));
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
