package dev.weft.proxy.names;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the name servers in a {@code resolv.conf(5)}. */
public final class ResolvConf {
    /** Most name servers that are used, as in other resolvers. */
    private static final int MAX_SERVERS = 3;

    private static final int MAX_BYTES = 64 * 1024;

    private ResolvConf() {}

    /** Returns the name servers of a file, in its order; an empty list if there is no such file, or it names none. */
    public static List<InetAddress> nameServers(Path file) {
        if (!Files.isRegularFile(file)) {
            return List.of();
        }
        try (InputStream in = Files.newInputStream(file)) {
            return nameServers(new String(in.readNBytes(MAX_BYTES), StandardCharsets.ISO_8859_1));
        } catch (IOException _) {
            return List.of();
        }
    }

    /**
     * Returns the name servers of a file's text. Leaves out addresses with a zone, such as link-local ones, and entries
     * that are no addresses.
     */
    static List<InetAddress> nameServers(String text) {
        List<InetAddress> servers = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            String[] words = line.strip().split("[ \t]+", -1);
            if (words.length >= 2 && words[0].equals("nameserver") && servers.size() < MAX_SERVERS) {
                try {
                    if (words[1].indexOf('%') < 0) {
                        servers.add(InetAddress.ofLiteral(words[1]));
                    }
                } catch (IllegalArgumentException _) {
                    // Ignored, as in libraries: the next entry may be valid.
                }
            }
        }
        return servers.stream().distinct().toList();
    }
}
