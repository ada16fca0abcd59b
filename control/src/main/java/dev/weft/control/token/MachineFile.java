package dev.weft.control.token;

import dev.weft.control.state.JsonFile;
import dev.weft.daemon.json.Json;
import dev.weft.files.state.SealedFile;
import dev.weft.files.state.StateFiles;
import dev.weft.identity.spiffe.SpiffeId;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A machine as a file of the state directory. */
final class MachineFile {

    private static final int MAX_FILE = 256 * 1024;

    private static final int HEX = 16;

    private MachineFile() {}

    static void write(Path stateDirectory, String name, Machine machine) throws IOException {
        JoinToken token = machine.token();
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("id", token.id());
        content.put("identity", token.identity());
        content.put("expires", token.expires());
        token.grant().ifPresent(grant -> {
            content.put("created", grant.created());
            grant.workload().ifPresent(workload -> content.put("workload", workload));
        });
        content.put("joined", machine.joined());
        content.put("joinedFrom", machine.joinedFrom());
        content.put("renewals", machine.renewals());
        machine.revoked().ifPresent(revoked -> content.put("revoked", revoked));
        content.put(
                "certificates",
                machine.certificates().stream().map(MachineFile::describe).toList());
        file(stateDirectory, name).write(Json.write(content) + "\n");
    }

    /** @throws dev.weft.mesh.state.StateException if others could read the file, or it is damaged */
    static Machine read(Path stateDirectory, String name) throws IOException {
        SealedFile file = file(stateDirectory, name);
        return file.read(text -> machine(JsonFile.of(file.path(), text)));
    }

    /** @param name its path in the state directory */
    static SealedFile file(Path stateDirectory, String name) {
        return SealedFile.lasting(stateDirectory, name, MAX_FILE, StateFiles.PRIVATE);
    }

    private static Machine machine(JsonFile content) {
        Optional<JoinToken.Grant> grant = content.optional("created", Instant::parse)
                .map(created -> new JoinToken.Grant(created, content.optional("workload", text -> text)));
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
                        grant),
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
