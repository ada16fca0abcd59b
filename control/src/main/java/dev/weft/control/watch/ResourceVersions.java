package dev.weft.control.watch;

import com.google.protobuf.MessageLite;
import dev.weft.api.v1.Resource;
import dev.weft.identity.keys.Sha256;
import java.util.HexFormat;
import java.util.function.BiFunction;

/** Creates resources with their versions. */
final class ResourceVersions {

    /** Longest version that a proxy may hold; the hashes are shorter. */
    static final int MAX_LENGTH = 128;

    private static final int BYTES = 12;

    private ResourceVersions() {}

    /** Returns the resource with this content, which {@code set} puts into it. */
    static <T extends MessageLite> Resource resource(
            String name, T content, BiFunction<Resource.Builder, T, Resource.Builder> set) {
        return set.apply(Resource.newBuilder().setName(name).setVersion(of(content)), content)
                .build();
    }

    /**
     * Returns a hash of the content. The messages have no maps and no unknown fields, so equal content has equal bytes.
     */
    static String of(MessageLite body) {
        return HexFormat.of().formatHex(Sha256.digest().digest(body.toByteArray()), 0, BYTES);
    }

    /** Whether a proxy may have got this version from a control plane. */
    static boolean canBe(String version) {
        return version.length() <= MAX_LENGTH;
    }
}
