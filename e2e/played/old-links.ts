/**
 * Links from the address bar, written when the kernel half was always open, of a user looking at the recorded process
 * in a window of 1440 × 900 px. With the pages that were visible: the lowest, and one past the highest. Saved links
 * must lead to the same place for good, whatever the layout of the picture: the same address is in the middle. How much
 * is seen around it depends on heights, which have followed size more closely since the labels of uses came; later
 * links have it in `see`.
 */
export const OLD_LINKS = [
  {
    at: 'a library',
    link: '&at=0x7efdf2c83000.8&zoom=1660.677715818963&sel=0x7efdf2c82000-0x7efdf2c85000',
    inSight: [34089151609, 34089151624],
  },
  {
    at: 'a gap',
    link: '&at=0x7efdec400000&zoom=357.06121384268226&sel=0x7efdec000000-0x7efdec800000',
    inSight: [34089122761, 34089126119],
  },
  {
    at: 'a place on the linear scale',
    link: '&at=0x7efdf387a000.8&zoom=10569672594849.123&scale=linear&sel=0x7efdf3800000-0x7efdf38f5000',
    inSight: [34089154469, 34089154896],
  },
  {
    at: 'text of the kernel',
    link: '&at=0xffffffff9fd38000.8000000001c7e&zoom=11.046469620178188&sel=0xffffffff9fc00000-0xffffffff9fe71000',
    inSight: [4503599611988395, 4503599627108955],
  },
  {
    at: 'a single page',
    link: '&at=0x7efdf3650000.8&zoom=120896.72209296956&sel=0x7efdf3644000-0x7efdf379a000',
    // The page below was reported as visible too, but only because of rounding.
    inSight: [34089154128, 34089154129],
  },
  {
    at: 'the border of both halves',
    link: '&at=0x214b76cc02d93000.2&zoom=1.6',
    inSight: [34089095617, 4503599490499275],
  },
  {
    at: 'a part of the kernel half alone',
    link: '&at=0xffffff7063f11000.9504bc84&zoom=2.56&show=kernel',
    inSight: [4503595629677722, 4503599626976211],
  },
  {
    at: 'what is mapped alone',
    link: '&at=0x7efdf31d4000.74f2a1f135563&zoom=31.274565757935978&scale=mapped&sel=0x7efdf31f1000-0x7efdf31f2000',
    inSight: [34089152748, 34089153855],
  },
  { at: 'everything', link: '&sel=0x7efdf262a000-0x7efdf263a000', inSight: [0, 2 ** 52] },
] as const;
