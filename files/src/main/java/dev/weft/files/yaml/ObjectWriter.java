package dev.weft.files.yaml;

import dev.weft.daemon.json.Json;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.mesh.kind.Kinds;
import dev.weft.mesh.model.AddressBook;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.model.TrustDomainObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes objects, each as one line of JSON. JSON is also YAML, and reading it gives an equal object. */
public final class ObjectWriter {

    private ObjectWriter() {}

    /** Returns a revocation as a document. */
    public static String write(Revocation revocation) {
        Map<String, Object> spec = new LinkedHashMap<>();
        switch (revocation.target()) {
            case Revocation.Target.Certificate(SerialNumber serial) ->
                spec.put("certificate", Map.of("serialNumber", serial.toString()));
            case Revocation.Target.Identity(SpiffeId id, Instant issuedBefore) -> {
                Map<String, Object> identity = new LinkedHashMap<>();
                identity.put("spiffeId", id);
                identity.put("issuedBefore", issuedBefore);
                spec.put("identity", identity);
            }
            case Revocation.Target.Issuer(SpkiFingerprint key) -> spec.put("issuer", Map.of("keySha256", key));
        }
        revocation.trustDomain().ifPresent(domain -> spec.put("trustDomain", domain));
        revocation.reason().ifPresent(reason -> spec.put("reason", reason));
        revocation.expires().ifPresent(expires -> spec.put("expires", expires));
        return document("Revocation", revocation.name(), spec);
    }

    /** Returns a document that disables a trust domain. */
    public static String writeDisabled(TrustDomainObject domain) {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("state", "Disabled");
        domain.reason().ifPresent(reason -> spec.put("reason", reason));
        return document("TrustDomain", domain.trustDomain().name(), spec);
    }

    /** Returns the addresses that a mesh has given, as a document of that name. */
    public static String write(String name, AddressBook addresses) {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put(
                "workloads",
                new TreeMap<>(addresses.workloads())
                        .entrySet().stream()
                                .map(workload -> {
                                    Map<String, Object> entry = addressed(
                                            workload.getKey(),
                                            workload.getValue().addresses());
                                    entry.put("ready", workload.getValue().ready());
                                    return entry;
                                })
                                .toList());
        spec.put(
                "services",
                new TreeMap<>(addresses.services())
                        .entrySet().stream()
                                .map(service -> addressed(service.getKey(), service.getValue()))
                                .toList());
        return document("Addresses", name, spec) + "\n";
    }

    private static Map<String, Object> addressed(ObjectName name, List<String> addresses) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("namespace", name.namespace());
        entry.put("name", name.name());
        entry.put("addresses", addresses);
        return entry;
    }

    /** Returns an object of a kind without a namespace. */
    public static String document(String kind, String name, Map<String, Object> spec) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("apiVersion", Kinds.WORKLOAD.apiVersion());
        document.put("kind", kind);
        document.put("metadata", Map.of("name", name));
        document.put("spec", spec);
        return Json.write(document);
    }
}
