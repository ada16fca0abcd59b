package dev.weft.control.certify;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.trust.SerialNumber;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * The fact that a certificate was requested by the holder of an earlier one.
 *
 * @param id identity of both certificates
 * @param serialNumber of the newer certificate
 * @param by serial number of the earlier certificate
 * @param ends the notAfter of the newer certificate
 */
record Descent(SpiffeId id, BigInteger serialNumber, BigInteger by, Instant ends) {

    private static final int HEX = 16;
    private static final int FIELDS = 5;

    /** Returns the line for a file, with its line break and a checksum that reveals damage. */
    String line() {
        String fields = serialNumber.toString(HEX) + " " + by.toString(HEX) + " " + ends.getEpochSecond() + " " + id;
        return fields + " " + checksum(fields) + "\n";
    }

    /** Reads a line without its line break; empty if the line is not a valid descent. */
    static Optional<Descent> read(String line) {
        String[] fields = line.split(" ", -1);
        int last = line.lastIndexOf(' ');
        if (fields.length != FIELDS || !checksum(line.substring(0, last)).equals(fields[FIELDS - 1])) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Descent(
                    SpiffeId.parse(fields[3]),
                    new BigInteger(fields[0], HEX),
                    new BigInteger(fields[1], HEX),
                    Instant.ofEpochSecond(Long.parseLong(fields[2]))));
        } catch (IllegalArgumentException | DateTimeException _) {
            return Optional.empty();
        }
    }

    private static String checksum(String fields) {
        return Long.toHexString(crc(fields));
    }

    static long crc(String fields) {
        CRC32 checksum = new CRC32();
        checksum.update(fields.getBytes(StandardCharsets.US_ASCII));
        return checksum.getValue();
    }

    /** Adds to the serial numbers those of all certificates that descend from them. */
    static void addDescendants(Iterable<Descent> descents, Set<SerialNumber> of) {
        Map<BigInteger, Deque<BigInteger>> children = new HashMap<>();
        for (Descent descent : descents) {
            children.computeIfAbsent(descent.by(), _ -> new ArrayDeque<>()).add(descent.serialNumber());
        }
        Deque<BigInteger> due = new ArrayDeque<>();
        children.keySet().stream()
                .filter(serial -> of.contains(new SerialNumber(serial)))
                .forEach(due::add);
        while (!due.isEmpty()) {
            Deque<BigInteger> next = children.remove(due.pop());
            if (next != null) {
                next.forEach(child -> of.add(new SerialNumber(child)));
                due.addAll(next);
            }
        }
    }
}
