package dev.weft.control.token;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.mesh.state.Version;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The known accounts of machines, by id and by serial number of a certificate. Safe for use by several threads. */
final class MachineTable {

    record Kept(Machine machine, Version version) {}

    @GuardedBy("this")
    private final Map<String, Kept> byId = new HashMap<>();

    @GuardedBy("this")
    private final Map<BigInteger, String> bySerial = new HashMap<>();

    synchronized @Nullable Kept of(String id) {
        return byId.get(id);
    }

    synchronized @Nullable Kept ofSerial(BigInteger serialNumber) {
        String id = bySerial.get(serialNumber);
        return id == null ? null : byId.get(id);
    }

    synchronized List<Kept> all() {
        return List.copyOf(byId.values());
    }

    List<Machine> machines() {
        return all().stream().map(Kept::machine).toList();
    }

    /** Replaces a machine; returns whether it differs from the known one. */
    synchronized boolean replace(String id, Optional<Kept> next) {
        Optional<Kept> before = Optional.ofNullable(byId.get(id));
        if (before.equals(next)) {
            return false;
        }
        byId.remove(id);
        before.ifPresent(kept ->
                kept.machine().certificates().forEach(certificate -> bySerial.remove(certificate.serialNumber())));
        next.ifPresent(kept -> {
            byId.put(id, kept);
            kept.machine().certificates().forEach(certificate -> bySerial.put(certificate.serialNumber(), id));
        });
        return true;
    }
}
