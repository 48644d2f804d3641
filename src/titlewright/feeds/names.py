"""What feeds call their columns: the names of each product field, and of what isn't about it.

Data only. Names are written as `fold` writes them (lower case, letters and digits only) and stand
in order of preference: the first one that a feed has is the field, the others become attributes.
Sources: the feed specifications of each channel, and headers of public product data sets.
"""

from __future__ import annotations

import re
import unicodedata

NAME_LIMIT = 200  # characters; what is longer is no name

_NOT_WORD = re.compile(r"[\W_]+")
_SELECTOR = re.compile(r"(\[[^\]]*\])?#\d+(\.value)?$")  # Amazon flat files: item_name#1.value


def fold(name: str) -> str:
    """A column name without case, spaces and punctuation: "Product Name" is "productname"."""
    name = unicodedata.normalize("NFKC", _SELECTOR.sub("", name[:NAME_LIMIT])).casefold()
    return _NOT_WORD.sub("", name)


def _names(text: str) -> dict[str, int]:
    """Each name with its rank, 0 the most preferred."""
    ranks: dict[str, int] = {}
    for rank, name in enumerate(text.split()):
        ranks.setdefault(fold(name), rank)
    return ranks


def word_set(text: str) -> frozenset[str]:
    """The folded names that a text lists."""
    return frozenset(fold(name) for name in text.split())


TITLE = _names(
    """
    title producttitle itemtitle title1 listingtitle itemname productname productdisplayname
    displayname offertitle goodsname subject globalitemname nameoftheproduct articlename
    商品标题 商品標題 标题 標題 产品标题 商品名称 商品名稱 产品名称 品名 商品名 製品名 タイトル
    titel produkttitel artikelname artikelbezeichnung produktname produktbezeichnung bezeichnung
    titre titreproduit nomduproduit nomproduit libellé designation désignation
    título tituloproducto títulodelproducto nombredelproducto nombreproducto nombre
    titolo titoloprodotto nomeprodotto nomedelprodotto nome títulodoproduto nomedoproduto
    nomeproduto naam productnaam namaproduk judul tênsảnphẩm ชื่อสินค้า 상품명 제품명
    name nom structuredtitle
    """
)
BRAND = _names(
    """
    brand brandname productbrand brands vendor manufacturer manufacturername supplier
    suppliername make maker 品牌 品牌名称 品牌名稱 ブランド ブランド名 メーカー
    marke markenname hersteller marque fabricant marca marcas fabricante marchio marchi produttore
    merek merk thươnghiệu แบรนด์ ยี่ห้อ 브랜드 제조사
    """
)
DESCRIPTION = _names(
    """
    description productdescription itemdescription descriptionhtml bodyhtml longdescription
    fulldescription richtextdescription itemproductdescription shortdescription summary
    overview aboutthisitem aboutproduct abouttheproduct features feature productfeatures
    keyfeatures featurebullets bulletpoints bulletpoint bulletpoint1 bulletpoint2 bulletpoint3
    bulletpoint4 bulletpoint5 bullets producthighlight producthighlights highlights details
    productdetails body content text lede structureddescription
    描述 商品描述 商品詳情 商品详情 产品描述 产品详情 详情 简介 卖点 商品卖点
    商品説明 商品説明文 説明 説明文
    beschreibung produktbeschreibung artikelbeschreibung kurzbeschreibung langbeschreibung
    descriptif descriptionduproduit descriptionlongue descriptioncourte
    descripción descripcion descripcióndelproducto descripcióncorta
    descrizione descrizioneprodotto descrizionebreve
    descrição descricao descriçãodoproduto descriçãocurta
    omschrijving deskripsi deskripsiproduk môtả môtảsảnphẩm รายละเอียดสินค้า 상품설명
    """
)
CATEGORY = _names(
    """
    categoryfullpath categorypath categorytree breadcrumb breadcrumbs productcategorytree
    categories standardizedproducttype googleproductcategory productcategory fbproductcategory
    producttype category itemcategory productgroup
    feedproducttype 类目 商品类目 類目 分类 商品分类 分類 カテゴリ カテゴリー 商品カテゴリ
    kategorie kategorien produktkategorie warengruppe catégorie catégories
    categoría categoria categorías categorias categorie kategori danhmục หมวดหมู่ 카테고리
    """
)
# Columns that each hold one level of a path, from the root down.
CATEGORY_LEVELS = {
    "department": 0, "rootcategory": 0, "maincategory": 0, "mastercategory": 0, "category1": 1,
    "categorylevel1": 1, "level1": 1, "categoryname": 1, "catename": 1, "category2": 2,
    "subcategory": 2, "categorylevel2": 2, "level2": 2, "category3": 3, "subsubcategory": 3,
    "categorylevel3": 3, "level3": 3, "leafcategory": 4, "articletype": 4,
    "一级类目": 1, "二级类目": 2, "三级类目": 3, "叶子类目": 4,
}  # fmt: skip
WHOLE_PATHS = frozenset(list(CATEGORY)[:10])
ID = _names(
    """
    id productid itemid sku handle urlhandle uniqid uuid offerid externalid contentid itemsku
    sellersku skuid goodsid articleid articlenumber docid listingid postingid variantid asin
    商品id 商品编号 商品編號 商品コード 商品番号 货号 编号
    artikelnummer artikelnr référence reference codice codiceprodotto
    """
)
IMAGES = _names(
    """
    images image imageurl imageurls imagelink mainimage mainimageurl featuredimageurl imagesrc
    productimageurl variantimage variantimageurl img imgs imghigh imglow imgthumb img500x500
    additionalimagelink additionalimagelinks otherimageurl1 imagepath imagefile picture pictures
    pictureurl photo photos thumbnail thumbnailurl imghead galleryimages gallery image0url
    图片 主图 商品图片 画像 画像url bild bilder bildurl imagen imágenes immagine immagini imagem
    """
)
QUERIES = _names(
    "queries query searchterms searchterm searchqueries keywords keyword searchkeywords "
    "generickeyword generickeywords 关键词 搜索词 キーワード"
)
LOCALE = _names("locale language languagetag lang contentlanguage languagecode 语言")

# Columns that run the shop and say nothing about the product.
OPERATIONAL = word_set(
    """
    url link href productlink producturl mobilelink canonicallink canonicalurl shopurl categoryurl
    adsredirect price saleprice regularprice listprice finalprice initialprice originalprice
    minprice maxprice mrp msrp cost costperitem costofgoodssold compareatprice unitprice discount
    discountedprice currency currencycode pricecurrency availability availabilitydate instock
    isavailable isinstock stock stockstatus quantity qty inventory inventoryquantity lowstockamount
    rating ratings averagerating stars reviews review reviewcount reviewscount ratingcount
    totalratings topreviews productratings shipping shippinglabel shippingcost shippingclass
    shippingweight shippinglength shippingwidth shippingheight delivery deliverytime
    availabledeliverymethod deliverymethod fulfillment fulfillmentchannel minhandlingtime
    maxhandlingtime transittimelabel shipsfrom shipsfromcountry seller sellername sellerid shop
    shopname store storename storeid merchant merchantid issuperseller lazmall domain country
    countrycode countryisocode sold soldcount numbersold itemssold sales salescount gmv gmvcal
    favorite favorites favourites likes views wishlist date dates datereleased releasedate
    releaseddate createdat updatedat publishedat scrapedat crawledat timestamp time datecreated
    dateadded dateupdated expirationdate expirydate saleenddate testweek
    gtin gtin8 gtin12 gtin13 gtin14 gtinupceanorisbn ean eans ean13 upc upcs isbn isbns isbn13
    barcode barcodes variantbarcode asin asins parentasin externalproductid externalproductidtype
    identifierexists itemgroupid groupid parentid categoryid clusterid labelgroup imagephash
    html rawhtml pagehtml schema video videos videourl relatedproducts relateditems
    recommendations alsobought alsoviewed offers offer vouchers coupons promotions promotion
    promotionid flashsale flashsaletime returns returnpolicy returnsandwarranty refund
    status published publishedonlinestore publishedononlinestore visibility visibilityincatalog
    taxstatus taxclass tax taxcategory chargetax varianttaxable varianttaxcode backordersallowed
    isfeatured soldindividually allowcustomerreviews purchasenote downloadlimit downloadexpirydays
    parent groupedproducts upsells crosssells externalurl buttontext position imageposition
    imagecount numimages variantcount imagealttext giftcard sku shorttitle seotitle seodescription
    adult adultcontent pause ads adsgrouping adslabels adwordsgrouping adwordslabels
    adgroupname installment loyaltypoints loyaltyprogram subscriptioncost excludeddestination
    includeddestination unitpricingmeasure unitpricingbasemeasure priceperunit autopricingminprice
    sellonamazon recommendedbrowsenodes recordaction supplierdeclareddghzregulation
    purchasableoffer fulfillmentavailability listprices merchantshippinggroup skipoffer
    externallyassignedproductidentifier merchantsuggestedasin suppliedtitle put row index unnamed0
    价格 售价 原价 库存 销量 链接 店铺 店铺名称 卖家 評価 価格 在庫 販売価格
    preis preise verkaufspreis bestand lagerbestand verfügbarkeit prix prixdevente disponibilité
    precio precios precioventa existencias inventario disponibilidad prezzo prezzi disponibilità
    giacenza preço preco estoque disponibilidade stok stokdiskon stoklain harga kho คลัง คลังสินค้า
    sốsảnphẩmcònlại sốlượnghàngkhuyếnmãi sốlượnghàng 商品數量 庫存 剩餘數量
    dikirimdari gửitừ ส่งจาก 出貨地 发货地 发货地址 envíodesde enviode enviadesde enviadode
    opsipengirimaninstant jenisgaransi tipegaransi masagaransi warrantytype warrantyperiod
    tipodegarantía loạibảohành hạnbảohành duracióndelagarantía
    lastreceiptattributesdate
    """
)
# A column is operational when one of these words is in its name ("seller_followers").
OPERATIONAL_WORDS = word_set(
    """
    url urls href price prices currency rating ratings review reviews seller sellers shop shops
    store merchant stock availability shipping gmv discount coupon coupons voucher vouchers
    promotion promotions timestamp scraped crawled barcode gtin ean upc asin html sold
    preis prix precio prezzo preço ราคา giá harga
    """
)
# The same names inside a list of the product's own attributes may well state something.
AMBIGUOUS = word_set(
    """
    quantity qty position time status parent date dates row index country rating ratings likes views
    stars shop store schema offer put adult link view sold html video videos shipping delivery tax
    domain visibility
    """
)
OPERATIONAL_ATTRIBUTES = OPERATIONAL - AMBIGUOUS
OPERATIONAL_ENDING = re.compile(r"(?:[_ ](?:at|u?ids?|date|count|url|link)|[a-z]I[dD])$")
# Beside these words such endings and words do state something: thread_count, energy rating.
MEANINGFUL = word_set(
    """
    thread piece pieces pack unit item plate energy ip age fire power efficiency spf water
    temperature sheet page blade bead manufacture manufacturing production harvest best
    """
)
NO_BRAND = word_set(
    """
    nobrand unbranded generic none na notapplicable 无品牌 其他 other
    khôngcóthươnghiệu tidakadamerek sinmarca
    """
)
EMPTY = frozenset(
    ["", "-", "--", "—", "null", "nan", "none", "n/a", "#n/a", "nil", "undefined", "[]", "{}"]
)


def is_empty(text: str) -> bool:
    """Whether a cell says in one of the usual ways that it says nothing."""
    return not text or (len(text) < 10 and text.strip().casefold() in EMPTY)
