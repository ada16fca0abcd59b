package dev.weft.control.token;

import dev.weft.control.state.JsonFile;
import dev.weft.daemon.json.Json;
import dev.weft.identity.spiffe.SpiffeId;
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
        content.put("identity", token.identity());
        content.put("expires", token.expires());
        token.grant().ifPresent(grant -> content.put("created", grant.created()));
        token.workload().ifPresent(workload -> content.put("workload", workload));
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
        return machine(JsonFile.of(Path.of(where), text));
    }

    private static Machine machine(JsonFile content) {
        List<Machine.Certificate> certificates = content.objects("certificates").stream()
                .map(certificate -> new Machine.Certificate(
                        certificate.required("serialNumber", text -> new BigInteger(text, HEX)),
                        certificate.required("issued", Instant::parse),
                        certificate.required("address", text -> text),
                        certificate.required("ends", Instant::parse)))
                .toList();
        return new Machine(
                new JoinToken(
                        content.required("id", text -> text),
                        content.required("identity", SpiffeId::parse),
                        content.required("expires", Instant::parse),
                        content.optional("workload", text -> text),
                        content.optional("created", Instant::parse).map(JoinToken.Grant::new)),
                content.required("joined", Instant::parse),
                content.required("joinedFrom", text -> text),
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
