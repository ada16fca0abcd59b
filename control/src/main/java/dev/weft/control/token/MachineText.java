package dev.weft.control.token;

import dev.weft.control.state.JsonFile;
import dev.weft.daemon.json.Json;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Converts a machine to and from its entry in the state. */
final class MachineText {

    private static final int HEX = 16;

    private MachineText() {}

    static String print(Machine machine) {
        JoinToken token = machine.token();
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("id", token.id());
        TokenText.put(token, content);
        content.put("joined", machine.joined());
        content.put("joinedFrom", machine.joinedFrom());
        content.put("renewals", machine.renewals());
        machine.revoked().ifPresent(revoked -> content.put("revoked", revoked));
        content.put(
                "certificates",
                machine.certificates().stream().map(MachineText::describe).toList());
        return Json.write(content) + "\n";
    }

    /**
     * Parses the entry of a machine.
     *
     * @param where where the entry is stored, for messages
     * @throws dev.weft.mesh.state.StateException if it is damaged
     */
    static Machine read(String where, String text) {
        JsonFile content = JsonFile.of(Path.of(where), text);
        List<Machine.Certificate> certificates = content.objects("certificates").stream()
                .map(certificate -> new Machine.Certificate(
                        certificate.required("serialNumber", digits -> new BigInteger(digits, HEX)),
                        certificate.required("issued", Instant::parse),
                        certificate.required("address", value -> value),
                        certificate.required("ends", Instant::parse)))
                .toList();
        return new Machine(
                TokenText.token(content.required("id", value -> value), content),
                content.required("joined", Instant::parse),
                content.required("joinedFrom", value -> value),
                content.required("renewals", Long::parseLong),
                certificates,
                content.optional("revoked", Instant::parse));
    }

    private static Map<String, Object> describe(Machine.Certificate certificate) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("serialNumber", certificate.serialNumber().toString(HEX));
        fields.put("issued", certificate.issued());
        fields.put("address", certificate.address());
        fields.put("ends", certificate.ends());
        return fields;
    }
}
