package dev.weft.cli.link;

import dev.weft.policy.model.Cidr;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The IP address ranges of a cluster, merged into as few ranges as possible. */
record AddressRanges(List<String> texts) {

    private static final int BITS_PER_BYTE = 8;

    AddressRanges {
        texts = List.copyOf(texts);
    }

    /** A range, as the number of its first address, the length of its prefix, and the number of bits of an address. */
    private record Block(BigInteger network, int prefix, int bits) {

        static Block parse(String text) {
            String literal = Cidr.parse(text).toString();
            int slash = literal.indexOf('/');
            byte[] address = InetAddress.ofLiteral(literal.substring(0, slash)).getAddress();
            return new Block(
                    new BigInteger(1, address),
                    Integer.parseInt(literal.substring(slash + 1)),
                    address.length * BITS_PER_BYTE);
        }

        /** Returns the other half of the enclosing range. */
        Block sibling() {
            return new Block(network.flipBit(bits - prefix), prefix, bits);
        }

        Block enclosing(int length) {
            return new Block(network.shiftRight(bits - length).shiftLeft(bits - length), length, bits);
        }

        boolean overlaps(Block other) {
            int common = Math.min(prefix, other.prefix);
            return bits == other.bits && enclosing(common).equals(other.enclosing(common));
        }

        String text() {
            byte[] address = new byte[bits / BITS_PER_BYTE];
            byte[] number = network.toByteArray();
            int length = Math.min(number.length, address.length);
            System.arraycopy(number, number.length - length, address, address.length - length, length);
            try {
                return InetAddress.getByAddress(address).getHostAddress() + "/" + prefix;
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /**
     * Merges ranges: two halves of one range become that range.
     *
     * @throws IllegalArgumentException if a text is not a range
     */
    static AddressRanges of(Collection<String> ranges) {
        Set<Block> merged = new LinkedHashSet<>();
        Deque<Block> left = new ArrayDeque<>(ranges.stream().map(Block::parse).toList());
        while (!left.isEmpty()) {
            Block block = left.pop();
            if (block.prefix() > 0 && merged.remove(block.sibling())) {
                left.push(block.enclosing(block.prefix() - 1));
            } else {
                merged.add(block);
            }
        }
        return new AddressRanges(merged.stream().map(Block::text).toList());
    }

    /**
     * Returns two overlapping ranges, one of this cluster and one of the other, as {@code a and b}; empty if none
     * overlap.
     */
    Optional<String> overlap(AddressRanges others) {
        return texts.stream()
                .flatMap(one -> others.texts().stream().flatMap(other -> overlap(one, other)))
                .findFirst();
    }

    private static Stream<String> overlap(String one, String other) {
        return Block.parse(one).overlaps(Block.parse(other)) ? Stream.of(one + " and " + other) : Stream.of();
    }
}
